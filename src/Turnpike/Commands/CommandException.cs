namespace Turnpike.Commands;

/// <summary>A command cannot do what was asked; the message is the one sentence that the operator reads.</summary>
internal sealed class CommandException(string message, int exitCode = Hosting.ExitCodes.Failure) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
