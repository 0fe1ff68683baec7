using Turnpike.Core.Errors;

namespace Turnpike.Gateway.Dialects.Neutral;

/// <summary>A request that the first pass let in turns out not to be one: how readers into the neutral form leave from deep inside. Never leaves the
/// reader, which answers with its error.</summary>
internal sealed class NeutralReadException(GatewayError error) : Exception(error.Message)
{
    public GatewayError Error { get; } = error;
}
