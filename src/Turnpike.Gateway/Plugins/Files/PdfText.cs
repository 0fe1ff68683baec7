using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Plugins.Files;

/// <summary>Reads the text of a PDF with poppler's <c>pdftotext</c>: a process of its own, because PDF is a hostile format, bounded in time,
/// memory and output.</summary>
internal sealed class PdfText(FileParserOptions options, TimeProvider time)
{
    private const int TextBytesMax = 4 << 20;
    private const int MemoryKib = 1 << 20;
    private const int PagesMax = 2000;

    /// <summary>The text, or why there is none.</summary>
    public async Task<(string? Text, string? Fault)> ReadAsync(byte[] pdf, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(options.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        using var process = new Process { StartInfo = Start() };
        try
        {
            process.Start();
        }
        catch (Win32Exception)
        {
            return (null, "the gateway has no pdftotext; its operator can install poppler-utils");
        }

        try
        {
            return await TalkAsync(process, pdf, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, "reading it took too long");
        }
        catch (IOException)
        {
            return (null, "it is no PDF that can be read");
        }
        finally
        {
            Kill(process);
        }
    }

    // The shell bounds the memory and becomes the program; nothing of the request is in its arguments.
    private ProcessStartInfo Start() => new("/bin/sh")
    {
        ArgumentList = { "-c", $"ulimit -v {MemoryKib}; exec \"$0\" -q -enc UTF-8 -l {PagesMax} - -", options.PdfToText },
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        UseShellExecute = false,
    };

    private static async Task<(string? Text, string? Fault)> TalkAsync(Process process, byte[] pdf, CancellationToken cancellationToken)
    {
        var errors = BoundedBody.ReadAsync(process.StandardError.BaseStream, 64 << 10, cancellationToken);
        var output = BoundedBody.ReadAsync(process.StandardOutput.BaseStream, TextBytesMax, cancellationToken);
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(pdf, cancellationToken);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has stopped reading; its exit code says why.
        }

        if (await output is not { } text)
        {
            return (null, "its text is longer than 4 MiB");
        }

        await errors;
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode switch
        {
            0 => (Encoding.UTF8.GetString(text).Replace('\f', '\n').Trim(), null),
            3 => (null, "it is protected"),
            127 => (null, "the gateway has no pdftotext; its operator can install poppler-utils"),
            _ => (null, "it is no PDF that can be read"),
        };
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
