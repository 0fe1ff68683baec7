namespace Turnpike.Gateway.Routing.Auto;

/// <summary>What a request cannot do without.</summary>
[Flags]
internal enum PromptNeeds
{
    None = 0,
    Tools = 1,
    Vision = 2,
    Files = 4,
    Audio = 8,
    Video = 16,

    /// <summary>An answer that is JSON, of any form.</summary>
    Json = 32,

    /// <summary>An answer that follows a schema.</summary>
    Schema = 64,

    /// <summary>The request asks for reasoning.</summary>
    Reasoning = 128,
}
