//! Receivers of alerts, as outlets by name.

use std::sync::Arc;

use anyhow::Result;

use crate::alerts::settings::Kind;
use crate::alerts::{self, Mail, Webhook};
use crate::answer::Receiver;
use crate::config::Settings;
use crate::deliver::Outlet;
use crate::house::House;

/// Who is told of what is planned.
pub(super) fn told(settings: &Settings) -> Vec<Receiver> {
    let told = |receiver: &alerts::settings::Receiver| Receiver {
        name: receiver.place(),
        keyed: receiver.repeatable(),
    };
    settings.alert.iter().map(told).collect()
}

/// An outlet for each receiver that is configured.
pub(super) fn outlets(house: &House) -> Result<Vec<(String, Outlet)>> {
    let mut outlets = Vec::new();
    for receiver in &house.settings.alert {
        let (name, words) = (receiver.place(), Arc::clone(&house.words));
        let clock = house.doors.clock.clone();
        let outlet = match &receiver.kind {
            Kind::Webhook(settings) => {
                let webhook = Webhook::new(name.clone(), settings, house.door()?, words, clock)?;
                Outlet::Webhook(Arc::new(webhook))
            }
            Kind::Mail(settings) => {
                Outlet::Mail(Arc::new(Mail::new(name.clone(), settings, words, clock)?))
            }
        };
        outlets.push((name, outlet));
    }
    Ok(outlets)
}
