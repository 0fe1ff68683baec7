using System.Text;
using Turnpike.Core.Errors;

namespace Turnpike.Gateway.Dialects.Ollama;

/// <summary>The word that ends an answer, raw and in the contract's words.</summary>
internal static class OllamaFinish
{
    public static string Native(ReadOnlySpan<byte> reason) =>
        reason.SequenceEqual("stop"u8) ? "stop"
        : reason.SequenceEqual("length"u8) ? FinishReasons.Length
        : GatewayErrors.Bounded(Encoding.UTF8.GetString(reason), 64);

    public static string Normalised(string native, bool hasCalls) => native switch
    {
        "stop" => hasCalls ? "tool_calls" : "stop",
        "load" or "unload" => "stop", // the model came or went, and said nothing
        _ => FinishReasons.Normalise(native),
    };
}
