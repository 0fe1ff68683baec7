namespace Turnpike.Gateway.Dialects.BedrockConverse;

/// <summary>Stop reasons in the contract's words.</summary>
internal static class BedrockFinish
{
    /// <param name="isAnswerTool">A call of the tool that carries the answer ends it.</param>
    public static string Normalised(string native, bool isAnswerTool) => native switch
    {
        "tool_use" => isAnswerTool ? "stop" : "tool_calls",
        "end_turn" or "stop_sequence" => "stop",
        "max_tokens" or "model_context_window_exceeded" => FinishReasons.Length,
        "guardrail_intervened" or "content_filtered" => FinishReasons.ContentFilter,
        "malformed_model_output" or "malformed_tool_use" => FinishReasons.Error,
        _ => FinishReasons.Normalise(native),
    };
}
