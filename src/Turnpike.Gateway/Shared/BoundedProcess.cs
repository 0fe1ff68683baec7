using System.Diagnostics;

namespace Turnpike.Gateway.Shared;

/// <summary>Another program, run once: bounded in what it prints, and killed, with all that it started, when it is not waited for any more.</summary>
internal static class BoundedProcess
{
    /// <summary>Its exit code and what it printed; no output where that was more than allowed. What it prints as errors is dropped.</summary>
    /// <param name="start">The program and its arguments; how it is talked to is set here.</param>
    /// <exception cref="System.ComponentModel.Win32Exception">There is no such program.</exception>
    /// <exception cref="OperationCanceledException">It did not end in time.</exception>
    public static async Task<(int ExitCode, byte[]? Output)> RunAsync(
        ProcessStartInfo start, ReadOnlyMemory<byte> input, int outputBytesMax, CancellationToken cancellationToken)
    {
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        start.UseShellExecute = false;
        using var process = new Process { StartInfo = start };
        process.Start();
        try
        {
            // All at once: a program that waits for one of them to be taken may never come to the others.
            var errors = process.StandardError.BaseStream.CopyToAsync(Stream.Null, cancellationToken);
            var telling = TellAsync(process, input, cancellationToken);
            if (await BoundedBody.ReadAsync(process.StandardOutput.BaseStream, outputBytesMax, cancellationToken) is not { } printed)
            {
                return (-1, null);
            }

            await Task.WhenAll(errors, telling);
            await process.WaitForExitAsync(cancellationToken);
            return (process.ExitCode, printed);
        }
        finally
        {
            Kill(process);
        }
    }

    private static async Task TellAsync(Process process, ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
    {
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(input, cancellationToken);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has stopped reading; its exit code says why.
        }
    }

    private static void Kill(Process process)
    {
        try
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
        catch (InvalidOperationException)
        {
            // It ended meanwhile.
        }
    }
}
