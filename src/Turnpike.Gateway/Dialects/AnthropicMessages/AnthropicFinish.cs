using System.Text;
using Turnpike.Core.Errors;

namespace Turnpike.Gateway.Dialects.AnthropicMessages;

/// <summary>Stop reasons: Anthropic's word, and the contract's.</summary>
internal static class AnthropicFinish
{
    private static readonly string[] Usual =
        ["end_turn", "tool_use", "max_tokens", "stop_sequence", "refusal", "pause_turn", "model_context_window_exceeded", "compaction"];

    /// <summary>The word as a string; the usual ones make none.</summary>
    public static string Native(ReadOnlySpan<byte> word)
    {
        foreach (var usual in Usual)
        {
            if (Ascii.Equals(word, usual))
            {
                return usual;
            }
        }

        return GatewayErrors.Bounded(Encoding.UTF8.GetString(word), 64);
    }

    /// <param name="isAnswerTool">A call of the tool that carries the answer ends it.</param>
    public static string Normalised(string native, bool isAnswerTool) => native switch
    {
        "tool_use" => isAnswerTool ? "stop" : "tool_calls",
        "end_turn" or "stop_sequence" or "pause_turn" or "compaction" => "stop",
        "max_tokens" or "model_context_window_exceeded" => FinishReasons.Length,
        "refusal" => FinishReasons.ContentFilter,
        _ => FinishReasons.Normalise(native),
    };
}
