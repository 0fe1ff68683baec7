using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Plugins.Files;

/// <summary>Reads the text of a PDF with poppler's <c>pdftotext</c>: a process of its own, because PDF is a hostile format, bounded in time,
/// memory and output.</summary>
internal sealed class PdfText(FileParserOptions options, TimeProvider time) : IDisposable
{
    private const int TextBytesMax = 4 << 20;
    private const int MemoryKib = 1 << 20;
    private const int PagesMax = 2000;
    private const string Protected = "it is protected by a password";
    private const string Missing = "the gateway has no pdftotext; its operator can install poppler-utils";

    // As many at once as there are processors: each may take a gibibyte.
    private readonly SemaphoreSlim _places = new(Environment.ProcessorCount);

    /// <summary>The text, or why there is none.</summary>
    public async Task<(string? Text, string? Fault)> ReadAsync(byte[] pdf, CancellationToken cancellationToken)
    {
        if (!await _places.WaitAsync(options.Timeout, cancellationToken))
        {
            return (null, "too many others are being read; send it again later");
        }

        try
        {
            return await ReadOneAsync(pdf, cancellationToken);
        }
        finally
        {
            _places.Release();
        }
    }

    public void Dispose() => _places.Dispose();

    private async Task<(string? Text, string? Fault)> ReadOneAsync(byte[] pdf, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(options.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            var (code, text) = await BoundedProcess.RunAsync(Start(), pdf, TextBytesMax, either.Token);
            return text is null ? (null, "its text is longer than 4 MiB") : code switch
            {
                0 => (Encoding.UTF8.GetString(text).Replace('\f', '\n').Trim(), null),
                3 => (null, Protected),
                127 => (null, Missing),
                _ when pdf.AsSpan().IndexOf("/Encrypt"u8) >= 0 => (null, Protected),
                _ => (null, "it is no PDF that can be read"),
            };
        }
        catch (Win32Exception)
        {
            return (null, Missing);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, "reading it took too long");
        }
        catch (IOException)
        {
            return (null, "it is no PDF that can be read");
        }
    }

    // The shell bounds the memory and becomes the program; nothing of the request is in its arguments.
    private ProcessStartInfo Start() =>
        new("/bin/sh", ["-c", $"ulimit -v {MemoryKib}; exec \"$0\" -q -enc UTF-8 -l {PagesMax} - -", options.PdfToText]);
}
