using Microsoft.AspNetCore.Http;
using Turnpike.Benchmarks.Stubs;
using Turnpike.Core.Catalog;
using Turnpike.Core.Ledger;
using Turnpike.Gateway;
using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Dialects.OpenAIChat;
using Turnpike.Gateway.Dispatch;
using Turnpike.Gateway.Streaming;

namespace Turnpike.Benchmarks.Operations;

/// <summary>A whole stream through the real relay, one read and one write a chunk, with the watch that looks after it. However many
/// chunks it has, it allocates the same.</summary>
internal sealed class RelayStream : IOperation
{
    private static readonly ChatCallerFormat Format = new();

    private readonly DefaultHttpContext _http = new();
    private readonly Watchdog _watchdog = new(TimeProvider.System);
    private readonly ScriptedStream _provider;
    private readonly KeyState _key = new(Samples.Key.Key, Samples.Key.Spent, new AccountState(Samples.Key.Account, noticeSequence: 0));
    private readonly InferenceRequest _request;

    public RelayStream(int chunks)
    {
        _provider = new ScriptedStream(chunks);
        _http.Response.Body = Stream.Null;
        _request = ChatRequestReader.TryRead(Samples.TextRequest(1_000), out var request, out var error)
            ? request! // set where it was read
            : throw new InvalidOperationException(error!.Message);
    }

    public long Run()
    {
        _provider.Rewind();
        var exchange = new Exchange(_http, Format, _key, new("gen-1785585600-0123456789abcdefghij"), Samples.Now, startedAt: 1) { Request = _request };
        var facts = new AnswerFacts();
        using var flow = Format.NewRewriter(Samples.Context(facts, _request));
        using var relay = new StreamRelay(exchange, new SseFramer(eventBytesMax: 1 << 20), flow, facts, TimeProvider.System, new StreamOptions()) { WaitingBytesMax = 1 << 20 };
        using var watch = new AttemptWatch(_watchdog, TimeProvider.System, new ProviderTimeouts(), TimeSpan.FromMinutes(1), relay, CancellationToken.None);
        var running = relay.RunAsync(_provider, watch);
        return running is { IsCompletedSuccessfully: true, Result: StreamEnd.Whole }
            ? facts.ContentBytes
            : throw new InvalidOperationException($"The stream was not relayed to its end at once: {running.Status}.", running.Exception);
    }

    public void Dispose()
    {
        _watchdog.Dispose();
        _provider.Dispose();
    }
}
