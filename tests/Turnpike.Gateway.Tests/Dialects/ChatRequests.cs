namespace Turnpike.Gateway.Tests.Dialects;

/// <summary>Requests that are put to several dialects.</summary>
internal static class ChatRequests
{
    /// <summary>Of two calls one is answered with a text, the other with a picture.</summary>
    public const string WithPictureOfATool = """
        {"model":"m","messages":[{"role":"user","content":"a"},{"role":"assistant","tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{}"}},{"id":"c2","type":"function","function":{"name":"f","arguments":"{}"}}]},
        {"role":"tool","tool_call_id":"c1","content":"one"},{"role":"tool","tool_call_id":"c2","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo="}}]},{"role":"user","content":"so"}]}
        """;
}
