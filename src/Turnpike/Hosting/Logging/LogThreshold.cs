namespace Turnpike.Hosting.Logging;

/// <summary>The least level that is logged.</summary>
internal sealed record LogThreshold(LogLevel Least)
{
    public bool IsEnabled(LogLevel level) => level >= Least;
}
