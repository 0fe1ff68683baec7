using Turnpike.Gateway.Routing.Health;

namespace Turnpike.Gateway.Tests.Routing.Health;

/// <summary>How long an endpoint usually needs is learned from its answers, and from those that were not waited for.</summary>
public sealed class LearnedWaitTests
{
    private readonly EndpointHealth _health = new();

    private void Record(int times, AttemptReport report)
    {
        for (var i = 0; i < times; i++)
        {
            _health.Record(report, nowMs: 1000);
        }
    }

    [Fact]
    public void Of_a_stream_it_is_the_first_token_that_one_in_twenty_exceeds()
    {
        Record(30, new(AttemptResult.Success) { FirstTokenMs = 200, TotalMs = 9000 });
        Record(2, new(AttemptResult.Success) { FirstTokenMs = 5000, TotalMs = 9000 });

        Assert.InRange(_health.Limits!.FirstTokenP95, 4.7f, 5.4f);
        Assert.Equal(0, _health.Limits.WholeP95);
    }

    [Fact]
    public void Of_a_whole_answer_it_is_its_end()
    {
        Record(31, new(AttemptResult.Success) { TotalMs = 3000 });
        Assert.Null(_health.Limits);

        Record(1, new(AttemptResult.Success) { TotalMs = 3000 });

        Assert.InRange(_health.Limits!.WholeP95, 2.8f, 3.2f);
        Assert.Equal(0, _health.Limits.FirstTokenP95);
    }

    [Fact]
    public void What_was_outrun_is_as_slow_as_it_was_seen_to_be_and_neither_a_success_nor_a_fault()
    {
        Record(28, new(AttemptResult.Success) { FirstTokenMs = 200 });
        Record(4, new(AttemptResult.Outrun) { FirstTokenMs = 1000 });

        Assert.InRange(_health.Limits!.FirstTokenP95, 0.94f, 1.07f);
        var figures = _health.Figures(nowMs: 1000);
        Assert.Equal((28, 0), (figures.Successes, figures.Faults));
    }
}
