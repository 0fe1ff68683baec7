namespace Turnpike.Gateway.Routing.Health;

/// <summary>Tells how endpoints are doing: now, or at the instant of a recorded decision.</summary>
internal interface IEndpointHealth
{
    /// <summary>The figures of an endpoint; nothing known is no fault.</summary>
    EndpointFigures Figures(Endpoint endpoint);
}
