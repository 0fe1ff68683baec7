namespace Turnpike.Gateway.Media;

/// <summary>How pictures and files are fetched for providers that take no addresses.</summary>
public sealed record MediaOptions
{
    /// <summary>The largest that is fetched, bytes. Default 32 MiB, 1 KiB to 256 MiB.</summary>
    public int BytesMax { get; init; } = 32 << 20;

    /// <summary>For one to arrive. Default 15 s, 1 s to 5 min.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Addresses of one request. Default 16, 0 to 256; zero is never to fetch any.</summary>
    public int CountMax { get; init; } = 16;

    /// <summary>Also from addresses within this machine and its network, which callers then can reach through the gateway. Default off.</summary>
    public bool PrivateAddresses { get; init; }
}
