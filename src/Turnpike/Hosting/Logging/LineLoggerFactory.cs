using Microsoft.Extensions.Logging;

namespace Turnpike.Hosting.Logging;

/// <summary>Makes the process's loggers: one writer, a least level, and fewer words from the framework.</summary>
internal sealed class LineLoggerFactory(LogWriter writer, LogLevel least) : ILoggerFactory
{
    public ILogger CreateLogger(string categoryName) => new LineLogger(categoryName, LeastFor(categoryName), writer);

    /// <exception cref="NotSupportedException">Always: there is one provider, this one.</exception>
    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("Turnpike writes its log itself.");

    public void Dispose()
    {
        // The writer outlives the host, so that the last words of stopping are written; who made it disposes it.
    }

    private LogLevel LeastFor(string category)
    {
        // Its presence costs an activity and a scope a request; the request log says the same in one line.
        if (category == "Microsoft.AspNetCore.Hosting.Diagnostics")
        {
            return LogLevel.None;
        }

        var isFramework = category.StartsWith("Microsoft.", StringComparison.Ordinal) || category.StartsWith("System.", StringComparison.Ordinal);
        return isFramework && least is (LogLevel.Debug or LogLevel.Information) ? LogLevel.Warning : least;
    }
}
