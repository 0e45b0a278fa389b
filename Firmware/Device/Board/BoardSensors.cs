using System;
using System.Device.Adc;
using Fog.Firmware.Loader.Boards;
using Fog.Wasm.Portable;

namespace Fog.Firmware.Device.Board
{
    /// <summary>The sensors that the provision names. The converter is set up when a function first asks: most wakes do not.</summary>
    internal sealed class BoardSensors : ISensors
    {
        private readonly AnalogSensor[] sensors;
        private AdcController controller;

        public BoardSensors(AnalogSensor[] sensors)
        {
            this.sensors = sensors;
        }

        public bool TryRead(string name, out long millionths)
        {
            for (int i = 0; i < sensors.Length; i++)
            {
                if (sensors[i].Name == name)
                {
                    millionths = Read(sensors[i]);
                    return true;
                }
            }

            millionths = FogModule.Unreadable;
            return false;
        }

        private long Read(AnalogSensor sensor)
        {
            try
            {
                if (controller == null)
                {
                    controller = new AdcController();
                }

                AdcChannel channel = controller.OpenChannel(sensor.Channel);
                int raw = channel.ReadValue();
                channel.Dispose();
                return sensor.Millionths(raw, controller.MinValue, controller.MaxValue);
            }
            catch (Exception)
            {
                // There is no such channel, or the radio has it: for that the runtime throws no type of its own.
                return FogModule.Unreadable;
            }
        }
    }
}
