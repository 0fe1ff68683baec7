namespace Turnpike.Core.Catalog;

/// <summary>How a provider takes a trailing assistant message that is to be continued.</summary>
public enum PrefillForm
{
    /// <summary>It cannot continue one.</summary>
    None,

    /// <summary>As it is.</summary>
    Plain,

    /// <summary>With <c>prefix: true</c> on the message.</summary>
    Prefix,

    /// <summary>With <c>partial: true</c> on the message.</summary>
    Partial,
}
