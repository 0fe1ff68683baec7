using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Turnpike.Gateway.Surfaces.Images;

/// <summary>Images that callers fetch by address for a while: in memory, of this process. The oldest give way when there are too many.</summary>
/// <remarks>Thread-safe. An address is signed with a key that is made at the start and dies with the process, and tells when it ends.</remarks>
internal sealed class KeptImages : IDisposable
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromMinutes(1);

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, KeptImage> _images = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();
    private readonly ImageOptions _options;
    private readonly TimeProvider _time;
    private readonly ITimer _sweeper;
    private long _bytes;

    public KeptImages(GatewayOptions options, TimeProvider time)
    {
        _options = options.Images;
        _time = time;
        _sweeper = time.CreateTimer(_ => Sweep(room: 0), null, SweepInterval, SweepInterval);
    }

    /// <summary>Keeps an image. What follows <c>/images/kept/</c> in its address; null where it is too large.</summary>
    public string? Keep(byte[] image, string mediaType)
    {
        if (image.Length > _options.BytesMax)
        {
            return null;
        }

        Sweep(room: image.Length);
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var expires = _time.GetUtcNow() + _options.Keep;
        lock (_lock)
        {
            _images[id] = new(image, mediaType, expires);
            _order.Enqueue(id);
            _bytes += image.Length;
        }

        var seconds = expires.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return $"{id}?expires={seconds}&signature={Convert.ToHexStringLower(Sign(id, seconds))}";
    }

    /// <summary>Finds an image by the parts of its address; false where it is not kept any more, or the address is not ours.</summary>
    public bool TryFind(string id, string expires, string signature, [NotNullWhen(true)] out KeptImage? image)
    {
        image = null;
        if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(signature), Encoding.UTF8.GetBytes(Convert.ToHexStringLower(Sign(id, expires)))))
        {
            return false;
        }

        lock (_lock)
        {
            return _images.TryGetValue(id, out image) && image.Expires > _time.GetUtcNow();
        }
    }

    public void Dispose() => _sweeper.Dispose();

    private byte[] Sign(string id, string expires) => HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{id}.{expires}"));

    private void Sweep(int room)
    {
        var now = _time.GetUtcNow();
        lock (_lock)
        {
            while (_order.TryPeek(out var oldest) && (_images[oldest].Expires <= now || _bytes + room > _options.BytesMax))
            {
                _order.Dequeue();
                _bytes -= _images[oldest].Bytes.Length;
                _images.Remove(oldest);
            }
        }
    }
}

/// <summary>An image with its type, until when it is kept.</summary>
internal sealed record KeptImage(byte[] Bytes, string MediaType, DateTimeOffset Expires);
