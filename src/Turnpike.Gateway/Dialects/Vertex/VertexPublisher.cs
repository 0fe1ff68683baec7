namespace Turnpike.Gateway.Dialects.Vertex;

/// <summary>Whose model it is decides the address and the wire format at Vertex.</summary>
internal enum VertexPublisher
{
    /// <summary>Gemini: <c>generateContent</c>.</summary>
    Google,

    /// <summary>Claude: Anthropic's Messages API.</summary>
    Anthropic,

    /// <summary>Open models that Google serves under one address: OpenAI's chat format.</summary>
    Open,
}
