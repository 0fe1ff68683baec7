using System.Text;

namespace Turnpike.Gateway.Dialects.Neutral;

/// <summary>What a model is told in words where it cannot be bound to a form of answer.</summary>
internal static class AnswerInstruction
{
    private const string ForObject = "Answer with one JSON object and with nothing else, not even a code fence.";

    private const string ForSchema =
        "When you answer without calling a tool, answer with one JSON value and with nothing else, not even a code fence. It fits this JSON schema: ";

    /// <summary>The words for a form; null where it asks for nothing that words can ask for.</summary>
    public static string? Of(ResponseFormat format) => format.Kind switch
    {
        ResponseFormatKind.JsonObject => ForObject,
        ResponseFormatKind.JsonSchema when !format.Schema.IsEmpty => ForSchema + Encoding.UTF8.GetString(format.Schema.Span),
        ResponseFormatKind.JsonSchema or ResponseFormatKind.Text or ResponseFormatKind.Other => null,
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
