using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using Turnpike.Core.Accounts;
using Turnpike.Core.Inference;
using Turnpike.Gateway.Routing.Decisions;

namespace Turnpike.Gateway.Routing.Records;

/// <summary>Reads routes as <see cref="RoutePacker"/> packed them.</summary>
internal static class RouteBlocks
{
    /// <summary>The longest block that is read back, bytes of text.</summary>
    private const int BytesMax = 256 << 20;

    /// <summary>The second in an id of ours; null when it is none.</summary>
    public static long? SecondOf(GenerationId id) =>
        id.Value.Length == GenerationId.Length && long.TryParse(id.Value.AsSpan(4, 10), NumberStyles.None, CultureInfo.InvariantCulture, out var second) ? second : null;

    /// <summary>The decision of an account's generation; null when it is not in the block.</summary>
    /// <exception cref="InvalidDataException">The bytes are no block.</exception>
    public static Decision? Find(byte[] block, AccountId account, GenerationId id)
    {
        using var document = JsonDocument.Parse(Unpack(block));
        foreach (var route in document.RootElement.GetProperty("routes"u8).EnumerateArray())
        {
            if (route.GetProperty("id"u8).ValueEquals(id.Value) && route.GetProperty("account"u8).GetInt64() == account.Value)
            {
                var (inputs, health) = InputsReader.ReadStored(route, document.RootElement.GetProperty("models"u8));
                return InOrder(RouteDecider.Decide(inputs, health), route);
            }
        }

        return null;
    }

    // A later version may weigh otherwise; the order in which endpoints were tried stands.
    private static Decision InOrder(Decision decision, JsonElement route)
    {
        if (!route.TryGetProperty("order"u8, out var order))
        {
            return decision;
        }

        string[] ids = [.. order.EnumerateArray().Select(static e => e.GetString()!)];
        return ids.SequenceEqual(decision.Endpoints.Select(static e => e.Id))
            ? decision
            : new(decision.Inputs, decision.Method, decision.Candidates.ToArray().OrderBy(c => Place(ids, c.Endpoint.Id)).ToArray(), decision.Removed);
    }

    private static int Place(string[] ids, string id) => Array.IndexOf(ids, id) is var place and >= 0 ? place : int.MaxValue;

    private static ReadOnlyMemory<byte> Unpack(byte[] block)
    {
        using var stream = new BrotliStream(new MemoryStream(block), CompressionMode.Decompress);
        var text = new MemoryStream();
        var buffer = new byte[64 << 10];
        for (int read; (read = stream.Read(buffer)) > 0;)
        {
            text.Write(buffer, 0, read);
            if (text.Length > BytesMax)
            {
                throw new InvalidDataException("A block of routes is longer than any that was written.");
            }
        }

        return text.GetBuffer().AsMemory(0, (int)text.Length);
    }
}
