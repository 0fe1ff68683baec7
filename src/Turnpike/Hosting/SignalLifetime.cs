using System.Runtime.InteropServices;

namespace Turnpike.Hosting;

/// <summary>Turns SIGTERM and SIGINT into an orderly stop, and a second SIGINT into an immediate end.</summary>
internal sealed class SignalLifetime(IHostApplicationLifetime lifetime) : IHostLifetime, IDisposable
{
    private readonly List<PosixSignalRegistration> _registrations = [];
    private int _interrupts;

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnTerminate));
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, OnInterrupt));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }
    }

    private void OnTerminate(PosixSignalContext context)
    {
        context.Cancel = true; // The process ends when it has drained, not now.
        lifetime.StopApplication();
    }

    private void OnInterrupt(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref _interrupts) > 1)
        {
            // Requests under way are settled from the journal after the next start; the books stay right.
            Environment.Exit(ExitCodes.Interrupted);
        }

        lifetime.StopApplication();
    }
}
