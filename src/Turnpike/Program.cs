using Turnpike.Commands;
using Turnpike.Hosting;

// The start of a server is read by hand, so that it need not load the command-line library; everything else goes through that.
return ServerArguments.TryRead(args) is { } server
    ? await Server.RunAsync(server)
    : await TurnpikeCommand.RunAsync(args);
