using Turnpike.Gateway.Plugins;
using Turnpike.Gateway.Plugins.Files;

namespace Turnpike.Gateway.Tests.Plugins;

/// <summary>The program that reads PDF, as a process of its own.</summary>
public sealed class PdfTextTests
{
    [Fact]
    public async Task No_more_run_at_once_than_there_are_processors()
    {
        var folder = Directory.CreateTempSubdirectory("turnpike-test-");
        var program = Path.Combine(folder.FullName, "program");
        await File.WriteAllTextAsync(program, """
            #!/bin/sh
            cat > /dev/null
            mkdir "$0.$$"
            set -- "$0".*
            echo $#
            rmdir "$0".$$
            """, TestContext.Current.CancellationToken);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        using var pdf = new PdfText(new FileParserOptions { PdfToText = program }, TimeProvider.System);

        var running = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => pdf.ReadAsync([1], TestContext.Current.CancellationToken)));

        Assert.All(running, static r => Assert.InRange(int.Parse(r.Text!, System.Globalization.CultureInfo.InvariantCulture), 1, Environment.ProcessorCount));
        folder.Delete(recursive: true);
    }
}
