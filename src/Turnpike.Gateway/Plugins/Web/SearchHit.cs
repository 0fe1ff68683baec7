namespace Turnpike.Gateway.Plugins.Web;

/// <summary>One result of a search.</summary>
/// <param name="Title">Its address where it has none: clients insist on a title.</param>
internal sealed record SearchHit(string Url, string Title, string Content);
