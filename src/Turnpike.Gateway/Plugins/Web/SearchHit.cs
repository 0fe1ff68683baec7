namespace Turnpike.Gateway.Plugins.Web;

/// <summary>One result of a search.</summary>
internal sealed record SearchHit(string Url, string? Title, string Content);
