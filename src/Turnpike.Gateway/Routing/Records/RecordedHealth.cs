using Turnpike.Gateway.Routing.Health;

namespace Turnpike.Gateway.Routing.Records;

/// <summary>The figures that stood in a record.</summary>
internal sealed class RecordedHealth : IEndpointHealth
{
    private readonly Dictionary<string, EndpointFigures> _byId = new(StringComparer.Ordinal);

    public void Add(string endpointId, EndpointFigures figures) => _byId[endpointId] = figures;

    public EndpointFigures Figures(Endpoint endpoint) => _byId.GetValueOrDefault(endpoint.Id);
}
