using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Core.Money;
using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Routing;

namespace Turnpike.Gateway.Plugins.Compression;

/// <summary><c>context-compression</c> (of old: <c>transforms: ["middle-out"]</c>): a conversation that is too long loses its middle. On by
/// itself where every endpoint of the route takes at most 8,192 tokens.</summary>
internal sealed class ContextCompressionPlugin : IPlugin
{
    public string Id => Shortening.Id;

    public IPluginWork? Plan(Exchange exchange, JsonElement? options)
    {
        if (options?.Text("engine") is { } engine && engine != "middle-out")
        {
            throw new NeutralReadException(GatewayErrors.InvalidField("plugins", "has an 'engine' of context-compression that is not known. Use middle-out."));
        }

        var context = exchange.Route.Endpoints.Min(static e => e.MaxPromptTokens ?? e.ContextLength ?? e.Model.ContextLength ?? int.MaxValue);
        var isWanted = options is not null || exchange.Request.WantsMiddleOut == true || (exchange.Request.WantsMiddleOut is null && context <= Shortening.SmallContext);
        return isWanted && exchange.Request.PromptTokensEstimate > context - OutputOf(exchange, context) ? new Work(context) : null;
    }

    // Room for the answer: what was asked for, or a quarter of the context.
    private static long OutputOf(Exchange exchange, int context) => Math.Min(exchange.Request.OutputLimit ?? context / 4, context / 2);

    private sealed class Work(int context) : IPluginWork
    {
        public NanoUsd CostMax => NanoUsd.Zero;

        public long AddedBytesMax => 0;

        public ValueTask<GatewayError?> PrepareAsync(Exchange exchange, CancellationToken cancellationToken)
        {
            var removed = MiddleOut.Compress(exchange.Neutral!.Messages, context - OutputOf(exchange, context));
            if (removed > 0)
            {
                exchange.IsEdited = true;
                (exchange.Plugins ??= []).Add(new("context-compression", 0, $"about {removed} tokens left out of the middle"));
            }

            return new((GatewayError?)null);
        }
    }
}
