using System.Text.Json;
using Turnpike.Gateway.Dialects.OpenAIChat;

namespace Turnpike.Gateway.Dialects.Operations;

/// <summary>The answer to an operation that is small enough to be parsed whole.</summary>
internal abstract class ParsedFlow(AnswerContext context) : OperationFlow(context)
{
    protected sealed override bool TryTake(ReadOnlySpan<byte> body)
    {
        var json = new Utf8JsonReader(body);
        using var document = JsonDocument.ParseValue(ref json);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
        {
            return false;
        }

        if (root.TryGetProperty("error", out var error) && error.ValueKind != JsonValueKind.Null)
        {
            Facts.Error = ChatErrorReader.ReadValue(error);
            return true;
        }

        return TryTake(root);
    }

    /// <summary>Takes the root, an object that is no error; may throw what a JSON reader throws.</summary>
    protected abstract bool TryTake(JsonElement root);
}
