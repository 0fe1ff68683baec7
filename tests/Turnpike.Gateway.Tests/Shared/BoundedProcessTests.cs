using System.Text;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Tests.Shared;

/// <summary>Programs of others, run once.</summary>
public sealed class BoundedProcessTests
{
    [Fact]
    public async Task One_that_complains_at_length_ends_all_the_same()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));

        var (code, output) = await BoundedProcess.RunAsync(
            new("/bin/sh", ["-c", "i=0; while [ $i -lt 5000 ]; do echo 'a complaint of some fifty letters, again and again' >&2; i=$((i+1)); done; echo done"]), default, 100, patience.Token);

        Assert.Equal((0, "done\n"), (code, Encoding.UTF8.GetString(output!)));
    }

    [Fact]
    public async Task One_that_prints_too_much_is_not_waited_for()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));

        // It takes its input only when it has printed, which it never has.
        var (_, output) = await BoundedProcess.RunAsync(new("/bin/sh", ["-c", "while :; do echo more; done; cat"]), new byte[1 << 20], 100, patience.Token);

        Assert.Null(output);
    }
}
