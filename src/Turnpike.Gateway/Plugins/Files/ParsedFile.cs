namespace Turnpike.Gateway.Plugins.Files;

/// <summary>What was read of a document.</summary>
/// <param name="Hash">SHA-256 of its bytes, in hexadecimal; what a caller sends back names it by.</param>
internal sealed record ParsedFile(string Hash, string? Name, string Text);
