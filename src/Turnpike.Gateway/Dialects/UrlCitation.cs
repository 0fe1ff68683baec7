namespace Turnpike.Gateway.Dialects;

/// <summary>A source that an answer names, in OpenRouter's form.</summary>
/// <param name="StartIndex">Where in the answer's text it is named, characters; null where nobody said.</param>
internal sealed record UrlCitation(string Url, string? Title = null, string? Content = null, int? StartIndex = null, int? EndIndex = null);
