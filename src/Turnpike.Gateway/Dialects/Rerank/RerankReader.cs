using System.Collections.Immutable;
using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Core.Inference;
using Turnpike.Gateway.Dialects.Operations;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.Rerank;

/// <summary>Reads a rerank request: a query, and documents as texts or as objects with a text or an image.</summary>
internal sealed class RerankReader : OperationReader
{
    private const int DocumentsMax = 10_000;

    /// <summary>A search unit is a query with up to a hundred documents.</summary>
    private const int DocumentsOfUnit = 100;

    private readonly ImmutableArray<byte[]>.Builder _documents = ImmutableArray.CreateBuilder<byte[]>();
    private int _queryBytes;
    private bool _sawDocuments;
    private bool _sawQuery;

    // A long document counts as several, up to one for each 4 KiB here, where the provider cuts it.
    protected override WorkUnits UnitsBound => new() { SearchUnits = (int)Math.Min(int.MaxValue, 1 + ((_documents.Count + (TextBytes >> 9)) / DocumentsOfUnit)) };

    protected override WorkUnits UnitsEstimate => new() { SearchUnits = (_documents.Count + DocumentsOfUnit - 1) / DocumentsOfUnit };

    protected override bool ReadField(string name, ref Utf8JsonReader json)
    {
        switch (name)
        {
            case "query":
                _sawQuery = true;
                if (ReadString(ref json, name, 1 << 20, nullable: false) is { Length: 0 })
                {
                    Error ??= GatewayErrors.InvalidField(name, "is empty. Send a text.");
                }

                _queryBytes = json.HasValueSequence ? 0 : json.ValueSpan.Length;
                return true;
            case "documents":
                _sawDocuments = true;
                ReadDocuments(ref json);
                return true;
            case "top_n":
                ReadInteger(ref json, name, 1, DocumentsMax);
                return true;
            case "return_documents":
                json.Skip(); // they are told either way
                return false;
            default:
                json.Skip();
                return true;
        }
    }

    protected override GatewayError? Missing()
    {
        // A provider that charges tokens reads the query once with each document.
        RepeatedBytes = (long)_queryBytes * _documents.Count;
        TextBytes += RepeatedBytes;
        return !_sawQuery ? GatewayErrors.InvalidField("query", "is missing. Send a text.")
            : !_sawDocuments ? GatewayErrors.InvalidField("documents", "is missing. Send an array of texts.")
            : _documents.Count == 0 ? GatewayErrors.InvalidField("documents", "is empty. Send at least one document.")
            : null;
    }

    protected override OperationWish Wish() => new RerankWish(_documents.ToImmutable());

    private void ReadDocuments(ref Utf8JsonReader json)
    {
        if (!Expect(ref json, json.TokenType == JsonTokenType.StartArray, "documents", "an array"))
        {
            return;
        }

        while (json.Read() && json.TokenType != JsonTokenType.EndArray && Error is null)
        {
            var field = $"documents[{_documents.Count}]";
            if (Expect(ref json, json.TokenType is JsonTokenType.String or JsonTokenType.StartObject, field, "a string or an object"))
            {
                AddDocument(ref json, field);
            }

            if (_documents.Count > DocumentsMax)
            {
                Error ??= GatewayErrors.InvalidField("documents", $"has more than {DocumentsMax} entries. Send fewer at once.");
            }
        }

        Prompts = Math.Max(1, _documents.Count);
    }

    private void AddDocument(ref Utf8JsonReader json, string field)
    {
        using var value = JsonDocument.ParseValue(ref json);
        var root = value.RootElement;
        var raw = System.Text.Encoding.UTF8.GetBytes(root.GetRawText());
        if (root.ValueKind == JsonValueKind.Object && !HasText(root, "text") && !HasText(root, "image"))
        {
            Error ??= GatewayErrors.InvalidField(field, "has neither 'text' nor 'image'. Send one of them.");
        }

        TextBytes += raw.Length;
        MediaTextBytes += HasText(root, "image") ? root.GetProperty("image").GetRawText().Length : 0;
        _documents.Add(root.ValueKind == JsonValueKind.Object ? raw : [.. "{\"text\":"u8, .. raw, .. "}"u8]);
    }

    private static bool HasText(JsonElement document, string name) =>
        document.ValueKind == JsonValueKind.Object && document.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String;
}
