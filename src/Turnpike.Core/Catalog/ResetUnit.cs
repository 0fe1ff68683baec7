namespace Turnpike.Core.Catalog;

/// <summary>The unit of bare numbers in the headers of rate limits.</summary>
public enum ResetUnit
{
    Seconds,

    Milliseconds,
}
