namespace Turnpike.Gateway.Dialects.Operations;

/// <summary>A file in a form for a provider.</summary>
/// <param name="Field">The field's name.</param>
/// <param name="Name">The file's; its ending tells the format.</param>
/// <param name="Bytes">Not copied; they must live until the request has been sent.</param>
internal readonly record struct SentFile(string Field, string Name, string MediaType, ReadOnlyMemory<byte> Bytes);
