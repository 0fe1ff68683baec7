using Turnpike.Core.Errors;

namespace Turnpike.Gateway.Dialects.Neutral;

/// <summary>Reads a caller's body into the neutral form, in whichever dialect it is.</summary>
internal static class NeutralReading
{
    /// <summary>Reads a body that the dialect's first pass has let in; false with the error to tell.</summary>
    /// <param name="names">All that the dialect's reader asks for.</param>
    /// <param name="isPlain">The first pass found it plain (<see cref="InferenceRequest.IsPlain"/>).</param>
    /// <param name="read">Reads the members, and gets the messages of a plain body; throws <see cref="NeutralReadException"/> for what cannot be read.</param>
    public static bool TryRead(
        ReadOnlyMemory<byte> body, JsonNames names, bool isPlain, Func<JsonMembers, List<Message>?, NeutralRequest> read, out NeutralRequest? request, out GatewayError? error)
    {
        request = null;
        error = null;
        try
        {
            using var root = JsonMembers.Read(body, names, isPlain, out var plain);
            request = read(root, plain);
            error = FaultOf(request);
            return error is null;
        }
        catch (NeutralReadException exception)
        {
            error = exception.Error;
            return false;
        }
        catch (InvalidOperationException)
        {
            error = GatewayErrors.MalformedJson(1, 1, "a string is not valid Unicode.");
            return false;
        }
    }

    private static GatewayError? FaultOf(NeutralRequest request) =>
        request.ToolChoice is { Kind: ToolChoiceKind.Named, Name: { } name } && request.Tools.Count > 0 && !HasTool(request, name)
            ? GatewayErrors.InvalidField(request.UsesLegacyFunctions ? "function_call" : "tool_choice", $"names '{GatewayErrors.Bounded(name, 64)}', which is not among the tools.")
            : null;

    private static bool HasTool(NeutralRequest request, string name) => request.Tools.Exists(t => t.Name == name);
}
