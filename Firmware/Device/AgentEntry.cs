using System;
using System.Reflection;
using Fog.Firmware.Loader.Boards;

namespace Fog.Firmware.Device
{
    /// <summary>The agent out of a slot's image.</summary>
    public static class AgentEntry
    {
        private const string TypeName = "Fog.Firmware.Logic.WakeProgram";
        private const string MethodName = "Run";

        /// <summary>Null: the image is no assembly with an entry. A loaded image stays on the heap until the board sleeps.</summary>
        public static MethodInfo Load(byte[] image)
        {
            Type entry;
            try
            {
                entry = Assembly.Load(image).GetType(TypeName);
            }
            catch (Exception)
            {
                // What a runtime says of bytes that are no assembly differs from one to the other.
                return null;
            }

            return entry == null ? null : entry.GetMethod(MethodName);
        }

        /// <summary>Runs one wake.</summary>
        /// <returns>How long to sleep, in ms.</returns>
        public static uint Run(MethodInfo entry, IPlatform platform)
        {
            return (uint)entry.Invoke(null, new object[] { platform });
        }
    }
}
