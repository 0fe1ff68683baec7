using Turnpike.Core.Catalog;
using Turnpike.Gateway.Dispatch;
using Turnpike.Gateway.Tests.Harness;

namespace Turnpike.Gateway.Tests.Dispatch;

/// <summary>How long a provider is waited for, and for what.</summary>
public sealed class AttemptWatchTests : IDisposable
{
    private static readonly ProviderTimeouts _timeouts = new() { Idle = TimeSpan.FromSeconds(5), Total = TimeSpan.FromSeconds(60) };

    private readonly SteppedTime _time = new();
    private readonly Watchdog _watchdog;
    private readonly AttemptWatch _watch;

    public AttemptWatchTests()
    {
        _watchdog = new(_time);
        _watch = new(_watchdog, _time, _timeouts, firstToken: TimeSpan.FromSeconds(10), keepAlive: null, CancellationToken.None);
    }

    public void Dispose()
    {
        _watch.Dispose();
        _watchdog.Dispose();
    }

    [Fact]
    public void The_first_content_is_waited_for_whatever_else_comes()
    {
        for (var second = 1; second < 10; second++)
        {
            Assert.Equal("None", After(1));
            _watch.Touch(hasContent: false); // a comment, a role
        }

        Assert.Equal("FirstTokenTimeout", After(1));
    }

    [Fact]
    public void Content_sets_the_wait_for_silence_going_and_pieces_begin_it_anew()
    {
        _watch.Touch(hasContent: true);
        Assert.Equal("None", After(4));
        _watch.Touch(hasContent: false);
        Assert.Equal("None", After(4));
        Assert.Equal("IdleTimeout", After(1));
    }

    [Fact]
    public void A_provider_is_not_silent_while_the_caller_is_slow()
    {
        _watch.Touch(hasContent: true);
        _watch.IsSending = true;
        Assert.Equal("None", After(30));
    }

    [Fact]
    public void The_whole_answer_has_a_limit()
    {
        for (var second = 1; second < 60; second++)
        {
            _watch.Touch(hasContent: true);
            Assert.Equal("None", After(1));
        }

        Assert.Equal("TotalTimeout", After(1));
    }

    private string After(int seconds)
    {
        _time.Step(TimeSpan.FromSeconds(seconds));
        _watch.OnDue(_time.GetTimestamp());
        return _watch.Reason.ToString();
    }
}
