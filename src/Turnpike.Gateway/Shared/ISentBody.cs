namespace Turnpike.Gateway.Shared;

/// <summary>A request's body that knows whether a provider may have seen anything of it.</summary>
internal interface ISentBody
{
    /// <summary>Sending has begun: from then on the provider may have read it.</summary>
    bool HasBegun { get; }
}
