using Microsoft.Extensions.Logging;

namespace Turnpike.Hosting.Logging;

/// <summary>The logger of one category.</summary>
internal sealed class LineLogger(string category, LogLevel least, LogWriter writer) : ILogger
{
    /// <summary>Scopes are not kept: a line says its request id itself, so that nothing has to flow along with each request.</summary>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= least && logLevel != LogLevel.None;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        // A start that failed is told in a sentence by who started; the framework's trace of it helps nobody.
        if (IsEnabled(logLevel) && eventId.Name is not "HostedServiceStartupFaulted")
        {
            writer.Write(logLevel, category, eventId, formatter(state, exception), state as IReadOnlyList<KeyValuePair<string, object?>>, exception);
        }
    }
}
