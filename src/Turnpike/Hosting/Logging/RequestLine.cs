namespace Turnpike.Hosting.Logging;

/// <summary>What is logged of a request that has ended.</summary>
/// <param name="GenerationId">The answer's record; null where there is none.</param>
internal readonly record struct RequestLine(string RequestId, string? GenerationId, string Method, string Path, int Status, TimeSpan Elapsed);
