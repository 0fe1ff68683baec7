namespace Turnpike.Core.Catalog;

/// <summary>What a provider wants of the reasoning in earlier assistant messages.</summary>
public enum ReasoningHistory
{
    /// <summary>It takes it, in the field that it gives it in, and does not need it.</summary>
    Optional,

    /// <summary>It must not be sent.</summary>
    Refused,

    /// <summary>Its text alone is taken, in the field that it is given in, and by models that reason only.</summary>
    Text,

    /// <summary>It must come back in tool loops.</summary>
    Required,
}
