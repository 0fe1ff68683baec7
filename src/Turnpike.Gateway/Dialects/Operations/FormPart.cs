namespace Turnpike.Gateway.Dialects.Operations;

/// <summary>A part of a multipart form.</summary>
/// <param name="FileName">Null for a field that is no file.</param>
/// <param name="Value">Where its value stands in the body.</param>
internal readonly record struct FormPart(string Name, string? FileName, string? MediaType, Range Value);
