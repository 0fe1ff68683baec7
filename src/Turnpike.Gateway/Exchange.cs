using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Turnpike.Core.Errors;
using Turnpike.Core.Inference;
using Turnpike.Core.Ledger;
using Turnpike.Core.Money;
using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Dispatch.Rescue;
using Turnpike.Gateway.Plugins;
using Turnpike.Gateway.Routing;
using Turnpike.Gateway.Routing.Presets;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway;

/// <summary>One request on its way: what the stations have found out so far. Made by the surface, handed from station to station.</summary>
internal sealed class Exchange(HttpContext http, ICallerFormat format, KeyState key, GenerationId id, DateTimeOffset at, long startedAt)
{
    public HttpContext Http { get; } = http;

    /// <summary>The format that the caller speaks.</summary>
    public ICallerFormat Format { get; } = format;

    public KeyState Key { get; } = key;

    public GenerationId Id { get; } = id;

    /// <summary>When the request was admitted, UTC.</summary>
    public DateTimeOffset At { get; } = at;

    /// <summary>The same instant as a timestamp of the time provider.</summary>
    public long StartedAt { get; } = startedAt;

    /// <summary>The caller's bytes; given back once no other attempt can need them.</summary>
    public BodyBuffer Body { get; } = new();

    /// <summary>Set by the dialect.</summary>
    public InferenceRequest Request { get; set; } = null!;

    /// <summary>The preset whose fields stand behind the request's own; null where it names none.</summary>
    public AppliedPreset? Preset { get; set; }

    /// <summary>The whole request in the neutral form; null until somebody needs it.</summary>
    public NeutralRequest? Neutral { get; private set; }

    /// <summary>The neutral form was changed: it is sent, and not the caller's own bytes.</summary>
    public bool IsEdited { get; set; }

    /// <summary>What the provider that was asked last was not told; null where it was sent the caller's own bytes.</summary>
    public DroppedParameters? Dropped { get; set; }

    /// <summary>The body is kept after the first content, for an endpoint that may have to go on with the answer.</summary>
    public bool KeepsBody { get; set; }

    /// <summary>What is done when the stream breaks.</summary>
    public RescueMode RescueMode { get; set; }

    /// <summary>Set by routing; nobody stands in it before.</summary>
    public Route Route { get; set; } = Route.None;

    /// <summary>What routing is asked with.</summary>
    public RouteQuery RouteQuery => new(Request, Body.Memory, Key, RouteQuery.SessionOf(Http.Request.Headers));

    /// <summary>Set by admission.</summary>
    public Hold Hold { get; set; } = null!;

    /// <summary>The output limit that the hold affords, told to the provider; null where the caller's own, or none, will do.</summary>
    public long? AffordedOutput { get; set; }

    /// <summary>Above it the stream is ended with <c>length</c>, whatever the provider does; null is no limit.</summary>
    public long? OutputLimit => AffordedOutput ?? Request.OutputLimit;

    /// <summary>What the key may still spend beside this request.</summary>
    public NanoUsd CreditRemaining { get; set; }

    /// <summary>What is left of a request limit; null where none applies.</summary>
    public RateLimitState? RateLimit { get; set; }

    /// <summary>True when a place among the free requests was taken, to be given back on failure.</summary>
    public bool TookFreePlace { get; set; }

    /// <summary>The attempts so far, failed ones and the one that answered.</summary>
    public List<Attempt> Attempts { get; } = new(1);

    /// <summary>What plugins have to do, in order; null where there is nothing.</summary>
    public List<IPluginWork>? PluginWork { get; set; }

    /// <summary>The most that plugins may cost: set aside with the rest.</summary>
    public NanoUsd PluginCostMax { get; set; }

    /// <summary>The most text that plugins may add to the prompt, bytes.</summary>
    public long AddedPromptBytes { get; set; }

    /// <summary>What plugins have cost, whatever becomes of the answer.</summary>
    public NanoUsd PluginCost { get; set; }

    /// <summary>What stands between the provider's answer and the caller's; null where nothing does.</summary>
    public List<Func<AnswerSink, AnswerSink>>? AnswerFilters { get; set; }

    /// <summary>Annotations of the answer that are known before it (documents that were read), raw JSON; null where there are none.</summary>
    public List<byte[]>? Annotations { get; set; }

    /// <summary>Plugins that were at work, in order; null where none was.</summary>
    public List<PluginUse>? Plugins { get; set; }

    /// <summary>What was sent to providers, JSON, in order, for a caller that wants to see it; null where nobody does.</summary>
    public ConcurrentQueue<ReadOnlyMemory<byte>>? Sent { get; set; }

    /// <summary>Keeps the answer; null where nobody does.</summary>
    public IAnswerKeeper? Keeper { get; set; }

    /// <summary>The stream broke and another endpoint went on with it.</summary>
    public bool IsRescued { get; set; }

    /// <summary>When the provider had answered it to its end, UTC; null where none has.</summary>
    public DateTimeOffset? WholeAt { get; set; }

    /// <summary>The second attempt that began beside a slow one; null where none did.</summary>
    public HedgeUse? Hedge { get; set; }

    /// <summary>The first byte has left for the caller: errors are told in the stream from here on.</summary>
    public bool HasBegun { get; set; }

    /// <summary>The request's span; null when nobody listens.</summary>
    public Activity? Trace { get; set; }

    /// <summary>Timestamp of the first content; zero while there is none.</summary>
    public long FirstContentAt { get; set; }

    /// <summary>Sees to it that <see cref="Neutral"/> is there; the error to tell where the request cannot be read so.</summary>
    public GatewayError? ReadNeutral()
    {
        if (Neutral is not null)
        {
            return null;
        }

        if (!Format.TryReadNeutral(Body.Memory, Request, out var neutral, out var error))
        {
            return error;
        }

        Neutral = neutral;
        return null;
    }

    /// <summary>Leaves out of what is sent from here on the thoughts of earlier turns that providers sign or encrypt; false where there are none.</summary>
    public bool ForgetThoughts()
    {
        if (Format.Operation != Operation.Chat || ReadNeutral() is not null)
        {
            return false;
        }

        var left = Neutral!.Messages.Sum(static m => m.Parts.RemoveAll(static p => p is ReasoningPart { IsOpen: false }));
        if (left == 0)
        {
            return false;
        }

        Neutral.Messages.RemoveAll(static m => m.Parts.Count == 0);
        IsEdited = true;
        return true;
    }
}
