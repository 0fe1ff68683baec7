namespace Turnpike.Commands.Doctor;

/// <summary>How a part of the installation is.</summary>
internal enum FindingState
{
    Ok,

    /// <summary>It works, and the operator should know something.</summary>
    Note,

    /// <summary>It does not work, or not safely.</summary>
    Fault,
}

/// <summary>What the doctor found out about one part of the installation.</summary>
/// <param name="Part">What was looked at: <c>data folder</c>, <c>books</c> ….</param>
/// <param name="Detail">What was found; for a fault, what to do about it.</param>
internal sealed record Finding(string Part, FindingState State, string Detail)
{
    public static Finding Ok(string part, string detail) => new(part, FindingState.Ok, detail);

    public static Finding Note(string part, string detail) => new(part, FindingState.Note, detail);

    public static Finding Fault(string part, string detail) => new(part, FindingState.Fault, detail);
}
