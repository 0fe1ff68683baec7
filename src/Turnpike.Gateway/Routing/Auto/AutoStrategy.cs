namespace Turnpike.Gateway.Routing.Auto;

/// <summary>What the choice goes by.</summary>
internal enum AutoStrategy
{
    /// <summary>Quality per dollar, above a level of quality that rises with the difficulty.</summary>
    Balanced,

    /// <summary>The cheapest above that level.</summary>
    Cost,

    /// <summary>The fastest above that level.</summary>
    Speed,

    /// <summary>The best at this kind of task.</summary>
    Quality,
}
