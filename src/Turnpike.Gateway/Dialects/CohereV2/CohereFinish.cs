namespace Turnpike.Gateway.Dialects.CohereV2;

/// <summary>Finish reasons in the contract's words.</summary>
internal static class CohereFinish
{
    public static string Normalised(string native) => native switch
    {
        "COMPLETE" or "STOP_SEQUENCE" => "stop",
        "MAX_TOKENS" or "ERROR_LIMIT" => FinishReasons.Length,
        "ERROR_TOXIC" => FinishReasons.ContentFilter,
        "TOOL_CALL" => "tool_calls",
        "ERROR" or "TIMEOUT" => FinishReasons.Error,
        _ => FinishReasons.Normalise(native),
    };
}
