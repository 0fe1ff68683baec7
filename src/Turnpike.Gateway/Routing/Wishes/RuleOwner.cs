namespace Turnpike.Gateway.Routing.Wishes;

/// <summary>Whose rule it is that removed an endpoint.</summary>
internal enum RuleOwner
{
    Request,
    Key,
    Account,

    /// <summary>What the catalogue says that the endpoint can do.</summary>
    Catalogue,
}
