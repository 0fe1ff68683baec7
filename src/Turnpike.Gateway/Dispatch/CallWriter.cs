using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Turnpike.Core.Errors;
using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Dispatch.Faults;
using Turnpike.Gateway.Dispatch.Rescue;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dispatch;

/// <summary>Writes a request for one endpoint and makes ready for its answer: the caller's own bytes where both speak one dialect, else
/// through the neutral form.</summary>
internal static class CallWriter
{
    /// <summary>The call; or why it cannot be said to this endpoint, which is a failure without an attempt.</summary>
    public static (UpstreamCall Call, UpstreamFailure? Unsaid) Write(Exchange exchange, Upstream upstream, AnswerFacts facts)
    {
        if (Message(exchange, upstream) is not { } message)
        {
            return (default, Unsaid(upstream, "it does not know this operation."));
        }

        var caller = exchange.Format;
        var target = Target(exchange, upstream);
        if (PassesThrough(exchange, upstream))
        {
            message.Content = caller.Passthrough(exchange.Body.Memory, exchange.Request, target);
            exchange.Dropped = null;
            return (new(upstream.Format, message, caller.NewRewriter(Context(exchange, upstream, facts, neutral: null))), null);
        }

        if (exchange.ReadNeutral() is { } unread)
        {
            message.Dispose();
            return (default, new(unread, 0, caller.Operation == Operation.Chat ? FailureKind.Caller : FailureKind.Unsaid));
        }

        var (neutral, names) = Named(exchange.Neutral!, upstream);
        if (Fill(message, exchange, upstream, neutral, target) is { } unsaid)
        {
            return (default, unsaid);
        }

        var writer = caller.NewWriter(Context(exchange, upstream, facts, exchange.Neutral));
        AnswerSink sink = writer;
        foreach (var filter in exchange.AnswerFilters ?? [])
        {
            sink = filter(sink);
        }

        sink = names is null ? sink : new ToolNameSink(names, sink);
        return (new(upstream.Format, message, new TranslatedFlow(upstream.Format.NewReader(neutral, target), sink, writer)), null);
    }

    /// <summary>True where the caller's own bytes are sent.</summary>
    public static bool PassesThrough(Exchange exchange, Upstream upstream) =>
        !exchange.IsEdited && !exchange.Request.IsThinking && exchange.Format.PassesThrough(upstream.Endpoint, exchange.Request);

    /// <summary>A call that goes on with an answer which another endpoint began.</summary>
    /// <param name="neutral">What is asked: the request, with the text so far where the endpoint can go on with it.</param>
    /// <param name="writer">The one that the caller has heard so far.</param>
    /// <param name="sink">Leaves out what the caller has.</param>
    public static (UpstreamCall Call, UpstreamFailure? Unsaid) Continue(
        Exchange exchange, Upstream upstream, AnswerFacts facts, NeutralRequest neutral, AnswerWriter writer, RescueSink sink)
    {
        if (Message(exchange, upstream) is not { } message)
        {
            return (default, Unsaid(upstream, "it does not know this operation."));
        }

        var target = Target(exchange, upstream) with { AffordedOutput = null }; // the request's own limit is what is left of it
        var (named, names) = Named(neutral, upstream);
        if (Fill(message, exchange, upstream, named, target) is { } unsaid)
        {
            return (default, unsaid);
        }

        writer.GoOn(Context(exchange, upstream, facts, neutral));
        AnswerSink first = names is null ? sink : new ToolNameSink(names, sink);
        return (new(upstream.Format, message, new TranslatedFlow(upstream.Format.NewReader(named, target), first, writer)), null);
    }

    // With names of tools that the provider takes.
    private static (NeutralRequest Request, ToolNames? Names) Named(NeutralRequest neutral, Upstream upstream)
    {
        var names = ToolNames.Of(neutral, upstream.Format.ToolNamesOf(upstream.Endpoint));
        return (names?.In(neutral) ?? neutral, names);
    }

    private static HttpRequestMessage? Message(Exchange exchange, Upstream upstream)
    {
        if ((upstream.AddressOf(exchange.Format.OperationOf(exchange.Request, upstream.Endpoint), exchange.Request.Stream) ?? exchange.Format.AddressIn(upstream.Endpoint)) is not { } address)
        {
            return null;
        }

        var message = new HttpRequestMessage(HttpMethod.Post, address) { Version = HttpVersion.Version11 };
        upstream.AddHeaders(message);
        PassHeaders(exchange.Format, exchange.Http.Request.Headers, upstream, message);
        return message;
    }

    /// <summary>Sends on those of the caller's headers that a provider of its dialect understands.</summary>
    public static void PassHeaders(ICallerFormat format, IHeaderDictionary headers, Upstream upstream, HttpRequestMessage message)
    {
        if (format.PassedHeaders is { Count: > 0 } passed && upstream.Endpoint.Dialect == format.Dialect)
        {
            foreach (var (name, upstreamName) in passed)
            {
                if (headers[name] is { Count: > 0 } values)
                {
                    message.Headers.Remove(upstreamName);
                    message.Headers.TryAddWithoutValidation(upstreamName, (IEnumerable<string?>)values);
                }
            }
        }
    }

    private static UpstreamFailure? Fill(HttpRequestMessage message, Exchange exchange, Upstream upstream, NeutralRequest neutral, UpstreamTarget target)
    {
        if ((neutral.Reasoning ?? (exchange.Request.IsThinking ? new() { Enabled = true } : null)) is { } wish)
        {
            var (fitted, unfit) = ReasoningFit.For(wish, upstream.Endpoint.Model, isLatest: exchange.Request.Model.StartsWith('~'));
            if (unfit is not null)
            {
                message.Dispose();
                return new(unfit, 0, FailureKind.Unsaid);
            }

            neutral = neutral with { Reasoning = fitted };
        }

        neutral = upstream.Format.TakesNames(upstream.Endpoint.Provider) ? neutral : SpokenNames.Of(neutral);
        using var output = new PooledWriter(exchange.Body.Length + 512);
        if (upstream.Format.Write(neutral, target, output, exchange.Dropped = new()) is { } unsaid)
        {
            message.Dispose();
            return new(unsaid, 0, FailureKind.Unsaid);
        }

        message.Content = new JsonBody(output.Take());
        upstream.Format.AddHeaders(neutral, target, message.Headers);
        return null;
    }

    /// <summary>What callers are told of who answers.</summary>
    public static AnswerIdentity Identity(Exchange exchange, Upstream upstream) =>
        new(JsonText.Quote(exchange.Id.Value), upstream.Model, upstream.Provider);

    private static AnswerContext Context(Exchange exchange, Upstream upstream, AnswerFacts facts, NeutralRequest? neutral) => new(
        Identity(exchange, upstream), facts, exchange.At.ToUnixTimeSeconds(), exchange.Request, neutral)
    {
        Annotations = exchange.Annotations,
        Endpoint = upstream.Endpoint,
        Dialect = upstream.Endpoint.Dialect,
    };

    private static UpstreamTarget Target(Exchange exchange, Upstream upstream) =>
        new(upstream.Endpoint, upstream.UpstreamModel, exchange.AffordedOutput, Hidden(exchange, exchange.Request.User))
        {
            CacheKey = Hidden(exchange, exchange.Request.PromptCacheKey),
            Options = exchange.Format.Operation == Operation.Chat ? null : exchange.Route.Decision?.Inputs.Wishes.OptionsOf(upstream.Endpoint.Provider),
        };

    private static UpstreamFailure Unsaid(Upstream upstream, string detail) =>
        new(GatewayErrors.ProviderUnavailable(upstream.Endpoint.Provider.Name, detail), 0, FailureKind.Unsaid);

    // Stable for one name (of an end user, of a cache) of one account, and telling nothing of either.
    private static string? Hidden(Exchange exchange, string? name) => name is not null
        ? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{exchange.Key.Account.Id}\n{name}")).AsSpan(0, 16))
        : null;
}
