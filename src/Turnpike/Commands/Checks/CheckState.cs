namespace Turnpike.Commands.Checks;

/// <summary>How a live check of a provider went.</summary>
internal enum CheckState
{
    Pass,

    /// <summary>The provider or its dialect has no word for it, or no model there takes it.</summary>
    NotExpressible,

    /// <summary>It was not asked: there is no money left for it, or nothing else worked either.</summary>
    NotRun,

    Fail,
}
