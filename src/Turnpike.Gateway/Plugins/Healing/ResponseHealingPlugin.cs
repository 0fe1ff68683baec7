using System.Text.Json;
using Turnpike.Core.Errors;
using Turnpike.Core.Money;
using Turnpike.Gateway.Dialects;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Plugins.Healing;

/// <summary><c>response-healing</c>: what a model says instead of the JSON that it was asked for becomes JSON, where it nearly is. Whole
/// answers only: of a stream the beginning is told before the end is known.</summary>
internal sealed class ResponseHealingPlugin : IPlugin
{
    public string Id => "response-healing";

    public IPluginWork? Plan(Exchange exchange, JsonElement? options) => options is null || exchange.Request.Stream ? null : Work.Instance;

    private sealed class Work : IPluginWork
    {
        public static readonly Work Instance = new();

        public NanoUsd CostMax => NanoUsd.Zero;

        public long AddedBytesMax => 0;

        public ValueTask<GatewayError?> PrepareAsync(Exchange exchange, CancellationToken cancellationToken)
        {
            if (exchange.Neutral!.ResponseFormat?.Kind is ResponseFormatKind.JsonObject or ResponseFormatKind.JsonSchema)
            {
                exchange.IsEdited = true; // the answer passes through the neutral form
                (exchange.AnswerFilters ??= []).Add(sink => new HealingSink(sink, exchange));
            }

            return new((GatewayError?)null);
        }
    }
}
