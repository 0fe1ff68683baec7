namespace Turnpike.Hosting;

/// <summary>The server cannot be started as it is told to; the message is the one sentence that the operator reads.</summary>
internal sealed class StartException(string message) : Exception(message);
