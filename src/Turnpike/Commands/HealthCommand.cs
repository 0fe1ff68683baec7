using System.CommandLine;
using Turnpike.Commands.Doctor;
using Turnpike.Hosting;

namespace Turnpike.Commands;

/// <summary><c>turnpike health</c>: asks the running server whether it is ready. For health checks where there is no curl, as in a
/// container.</summary>
internal static class HealthCommand
{
    public static Command Build()
    {
        var command = new Command("health", "Ask the running server whether it is ready; the exit code is 0 when it is") { CommandOptions.Urls };
        command.SetSettingsAction(async (settings, printer, _, cancellationToken) =>
        {
            var answer = await AddressCheck.RunAsync(settings.Urls[0], cancellationToken);
            printer.Answer(new { Ready = answer.IsReady, answer.Finding.Detail }, () => answer.Finding.Detail);
            return answer.IsReady ? ExitCodes.Success : ExitCodes.Failure;
        });
        return command;
    }
}
