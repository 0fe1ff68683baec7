using System.Text;
using Turnpike.Core.Accounts;
using Turnpike.Core.Errors;
using Turnpike.Core.Ledger;
using Turnpike.Gateway.Dialects;

namespace Turnpike.Gateway.Conversations;

/// <summary>Items of a key's stored responses, found by their ids.</summary>
internal sealed class NamedItems(IResponseStore store, TimeProvider time)
{
    /// <summary>The body with the items in place of what names them; else the error to tell.</summary>
    /// <param name="bytesMax">Bytes that the body may have.</param>
    public async ValueTask<(byte[]? Body, GatewayError? Error)> FillAsync(
        ReadOnlyMemory<byte> body, IReadOnlyList<ItemReference> references, KeyHash key, long bytesMax, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        long size = body.Length;
        foreach (var reference in references)
        {
            if (!found.ContainsKey(reference.Id) && !await FindAsync(found, references, reference.Id, key, cancellationToken))
            {
                return (null, GatewayErrors.InvalidField(
                    $"input[{reference.Index}].id",
                    $"names no item of a response that is stored for this key: '{reference.Id}'. Send the item itself, as clients do that are told \"store\": false."));
            }

            size += Encoding.UTF8.GetByteCount(found[reference.Id]);
            if (size > bytesMax)
            {
                return (null, GatewayErrors.PayloadTooLarge(bytesMax));
            }
        }

        return (Filled(body.Span, references, found), null);
    }

    // Whatever else of the response is named is taken too, so that a response is read once.
    private async ValueTask<bool> FindAsync(
        Dictionary<string, string> found, IReadOnlyList<ItemReference> references, string id, KeyHash key, CancellationToken cancellationToken)
    {
        if (await store.FindResponseOfItemAsync(key, id, time.GetUtcNow(), cancellationToken) is not { } response)
        {
            return false;
        }

        foreach (var (name, json) in ResponseText.Named(response.Input).Concat(ResponseText.Named(ResponseText.OutputOf(response.Response))))
        {
            if (references.Any(r => r.Id == name))
            {
                found[name] = json;
            }
        }

        return found.ContainsKey(id);
    }

    private static byte[] Filled(ReadOnlySpan<byte> body, IReadOnlyList<ItemReference> references, Dictionary<string, string> found)
    {
        using var filled = new MemoryStream(body.Length);
        var from = 0;
        foreach (var reference in references)
        {
            var (start, length) = reference.Place.GetOffsetAndLength(body.Length);
            filled.Write(body[from..start]);
            filled.Write(Encoding.UTF8.GetBytes(found[reference.Id]));
            from = start + length;
        }

        filled.Write(body[from..]);
        return filled.ToArray();
    }
}
