/** What the demo's shop knows: its application puts the notes of a topic into the prompt, and its models word answers after them. */
export interface Fact {
  /** As the shop's knowledge base has it. */
  readonly note: string;
  readonly right: string;
  /** As fluent and about as long, but false. It has no number that the prompt lacks, so that only someone who reads both can tell. */
  readonly wrong: string;
}
export interface Step { readonly note: string; readonly text: string }
export interface Topic {
  readonly about: RegExp;
  readonly facts: readonly [Fact, ...Fact[]];
  readonly steps: readonly [Step, ...Step[]];
}

const DELIVERY: Topic = {
  about: /deliver|parcel|shipp|track|courier/i,
  facts: [
    {
      note: 'Standard delivery: two to four working days; express ordered before 14:00: out of the warehouse the same afternoon.',
      right: 'Standard delivery takes two to four working days, and express orders placed before 14:00 leave the warehouse the same afternoon.',
      wrong: 'Standard delivery takes twelve to thirty working days, and express orders placed after 14:00 leave the warehouse the same afternoon.',
    },
    {
      note: 'Courier scans each parcel at every stop; tracking page usually no more than an hour behind.',
      right: 'The courier scans a parcel at every stop, so the tracking page is usually no more than an hour behind.',
      wrong: 'The courier scans a parcel at the depot only, so the tracking page is usually three or four days behind.',
    },
    {
      note: 'Public holidays: regional depot adds about one working day.',
      right: 'Around public holidays the regional depot adds about one working day.',
      wrong: 'Around public holidays the regional depot adds about thirty working days.',
    },
  ],
  steps: [
    { note: 'Tracking: "My orders", the order, "Track" shows last scan and expected day.', text: 'Open "My orders", choose the order and press "Track": you see the last scan and the expected day.' },
    { note: 'Last scan older than three working days: "Report a late parcel", search with the courier.', text: 'When the last scan is older than three working days, press "Report a late parcel" and we start a search with the courier.' },
    { note: 'Redirect to a pick-up point: until loaded onto the van in the morning.', text: 'You may redirect the parcel to a pick-up point until it is loaded onto the van in the morning.' },
  ],
};

const RETURNS: Topic = {
  about: /return|refund|money back|exchange/i,
  facts: [
    {
      note: 'Sending an item back: thirty days from delivery; original box welcome, not required.',
      right: 'You have thirty days from delivery to send an item back, and the original box is welcome but not required.',
      wrong: 'You have four days from delivery to send an item back, and the original box is not welcome but required.',
    },
    {
      note: 'Refunds: to the payment method of the order; banks show them after two to five working days.',
      right: 'Refunds go to the payment method of the order; banks need between two and five working days to show them.',
      wrong: 'Refunds go to any payment method but that of the order; banks need between twenty and thirty days to show them.',
    },
    {
      note: 'Exchanges for another size: free; new item ships at the first scan of the returned one.',
      right: 'Exchanges for another size are free, and the new item ships as soon as the first scan of the returned one arrives.',
      wrong: 'Exchanges for another size are not free, and the new item ships thirty days after the first scan of the returned one.',
    },
  ],
  steps: [
    { note: '"Return an item" beside the order; pick the reason; label or code at the counter.', text: 'Choose "Return an item" beside the order, pick the reason and print the label or show the code at the counter.' },
    { note: 'Receipt of the drop-off point: keep until refund reached the account.', text: 'Keep the receipt from the drop-off point until the refund has reached your account.' },
    { note: 'Over twenty kilograms: collection at the door instead of a label.', text: 'For items over twenty kilograms we book a collection at your door instead of a label.' },
  ],
};

const SIGN_IN: Topic = {
  about: /password|log ?in|sign in|account|e-?mail address|two-factor/i,
  facts: [
    {
      note: 'Links for a new password: valid thirty minutes, work once.',
      right: 'Links for a new password are valid for thirty minutes and work once.',
      wrong: 'Links for a new password are valid for fifteen days and work any time.',
    },
    {
      note: 'Five wrong attempts: account rests fifteen minutes, then opens again by itself.',
      right: 'After five wrong attempts the account rests for fifteen minutes and then opens again by itself.',
      wrong: 'After thirty wrong attempts the account rests for five days and then never opens again by itself.',
    },
    {
      note: 'Two-factor codes depend on the clock of the phone: automatic date and time setting.',
      right: 'Two-factor codes depend on the clock of your phone, so an automatic date and time setting matters.',
      wrong: 'Two-factor codes do not depend on the clock of your phone, so any date and time setting will do.',
    },
  ],
  steps: [
    { note: '"Forgot password" on the sign-in page, enter address, follow link in the message.', text: 'Press "Forgot password" on the sign-in page, enter your address and follow the link in the message.' },
    { note: 'Spam folder too; ask for one link only, a second request makes the first invalid.', text: 'Look in the spam folder as well, and ask for one link only: a second request makes the first one invalid.' },
    { note: '"Security": every signed-in device, end sessions not recognised.', text: 'Under "Security" you can see every device that is signed in and end the sessions you do not recognise.' },
  ],
};

const PAYMENTS: Topic = {
  about: /invoice|charge|paid|payment|card|bill/i,
  facts: [
    {
      note: 'Pending line on the card: a reservation; turns into a charge when the order leaves the warehouse, or disappears within seven days.',
      right: 'A pending line on the card is a reservation; it turns into a charge when the order leaves the warehouse, or it disappears within seven days.',
      wrong: 'A pending line on the card is a charge by now; it turns into a reservation when the order leaves the warehouse, or it disappears within ten years.',
    },
    {
      note: 'Invoices: made on the day of dispatch, stay in the account ten years.',
      right: 'Invoices are made on the day of dispatch and stay in your account for ten years.',
      wrong: 'Invoices are made seven days after dispatch and stay in your account for two days.',
    },
    {
      note: 'Accepted: cards, bank transfer, common wallets; an order can be split between a voucher and another method.',
      right: 'We accept cards, bank transfer and the common wallets, and an order can be split between a voucher and one other method.',
      wrong: 'We accept cards but no bank transfer and no wallets, and an order can not be split between a voucher and another method.',
    },
  ],
  steps: [
    { note: '"Payments", open the entry, "Download invoice": PDF.', text: 'Go to "Payments", open the entry and press "Download invoice" for the PDF.' },
    { note: 'VAT number under "Billing details" before ordering: printed on the document.', text: 'Add a VAT number under "Billing details" before you order, so that it is printed on the document.' },
    { note: 'Same amount charged twice: send both references, second one returned within two working days.', text: 'When the same amount was charged twice, send us both references and we return the second one within two working days.' },
  ],
};

const PLANS: Topic = {
  about: /subscription|plan|cancel|renew|upgrade|trial/i,
  facts: [
    {
      note: 'Plan renews on the same day each month; change takes effect at the next renewal unless "now" is chosen.',
      right: 'A plan renews on the same day of each month, and a change takes effect at the next renewal unless you choose "now".',
      wrong: 'A plan renews every twelve months on the same day, and a change takes effect after two years unless you choose "now".',
    },
    {
      note: 'Cancelling: everything available until the end of the period already paid.',
      right: 'Cancelling keeps everything available until the end of the period that is already paid.',
      wrong: 'Cancelling keeps not a thing available until the end of the period that is already paid.',
    },
    {
      note: 'Upgrade in the middle of a month: charged only for the days that remain.',
      right: 'An upgrade in the middle of a month is charged only for the days that remain.',
      wrong: 'An upgrade in the middle of a month is charged for all the days of twelve months.',
    },
  ],
  steps: [
    { note: '"Plan", "Change": compare the three levels, confirm.', text: 'Open "Plan", press "Change" and compare the three levels before you confirm.' },
    { note: '"Cancel plan" on the same page; confirmation within a few minutes.', text: 'To stop, press "Cancel plan" on the same page; you receive a confirmation within a few minutes.' },
    { note: 'Data: "Settings", "Export", CSV or JSON.', text: 'Export your data first if you would like to keep a copy: "Settings", "Export", then choose CSV or JSON.' },
  ],
};

const REPAIRS: Topic = {
  about: /warrant|broken|repair|defect|does not (work|turn)|battery|noise/i,
  facts: [
    {
      note: 'Every device: warranty of two years; battery covered twelve months.',
      right: 'Every device carries a warranty of two years, and the battery is covered for twelve months.',
      wrong: 'Every device carries a warranty of four days, and the battery is covered for twenty minutes.',
    },
    {
      note: 'Devices that seem dead: most recover when the power button is held twenty seconds with the charger connected.',
      right: 'Most devices that seem dead recover after the power button is held for twenty seconds while the charger is connected.',
      wrong: 'Most devices that seem dead recover after the power button is held for thirty minutes while the charger is disconnected.',
    },
    {
      note: 'Repair centre: usually four working days, without the time in the post.',
      right: 'The repair centre usually needs four working days, without the time in the post.',
      wrong: 'The repair centre usually needs twelve months, without the time in the post.',
    },
  ],
  steps: [
    { note: 'Disconnect accessories, charge thirty minutes, hold the power button until the light blinks twice.', text: 'Disconnect the accessories, charge for thirty minutes and hold the power button until the light blinks twice.' },
    { note: 'Still nothing: "Support", "Start a repair", describe; photo of the serial number helps.', text: 'If nothing changes, open "Support", "Start a repair" and describe what you see; a photo of the serial number speeds things up.' },
    { note: 'Back up data before handing in the device: the centre resets it.', text: 'Back up your data before you hand the device in, because the centre resets it.' },
  ],
};

const DEVICES: Topic = {
  about: /app|update|sync|crash|phone|connect|wi-?fi|bluetooth/i,
  facts: [
    {
      note: 'Version 8.2 fixed a pairing problem with several phones: update worth trying first.',
      right: 'Version 8.2 fixed a pairing problem with several phones, so an update is worth trying first.',
      wrong: 'Version 8.2 fixed no pairing problem with any phones, so an update is not worth trying first.',
    },
    {
      note: 'Synchronisation: over Wi-Fi by default, waits while the phone saves power.',
      right: 'Synchronisation runs over Wi-Fi by default and waits while the phone saves power.',
      wrong: 'Synchronisation never runs over Wi-Fi by default, nor while the phone saves power.',
    },
    {
      note: 'App keeps thirty days of data on the phone: fresh installation is safe.',
      right: 'The app keeps thirty days of data on the phone, which makes a fresh installation safe.',
      wrong: 'The app keeps no data on the phone at all, which makes a fresh installation not safe.',
    },
  ],
  steps: [
    { note: 'Close the app, Bluetooth off and on, open the app with the device within a metre.', text: 'Close the app, switch Bluetooth off and on, and open the app while the device is within a metre.' },
    { note: 'Remove the device in the phone settings, pair again from inside the app.', text: 'Remove the device from the list in the phone settings and pair it again from inside the app.' },
    { note: 'Report: "Help", "Send diagnostics"; engineers read the newest every morning.', text: 'Send a report with "Help", "Send diagnostics"; our engineers read the newest ones every morning.' },
  ],
};

const ANYTHING: Topic = {
  about: /./s,
  facts: [
    {
      note: 'Shops open Monday to Saturday; help desk answers every day between 8:00 and 20:00.',
      right: 'Our shops are open from Monday to Saturday, and the help desk answers every day between 8:00 and 20:00.',
      wrong: 'Our shops are never open on Monday or Saturday, and the help desk answers every day between 8:00 and 14:00.',
    },
    {
      note: 'Gift vouchers: valid three years, can be used in parts.',
      right: 'Gift vouchers are valid for three years and can be used in parts.',
      wrong: 'Gift vouchers are valid for thirty days and not to be used in parts.',
    },
    {
      note: 'Loyalty points: appear two days after delivery, worth one cent each.',
      right: 'Loyalty points appear two days after delivery and are worth one cent each.',
      wrong: 'Loyalty points appear thirty days after delivery and are worth two each.',
    },
  ],
  steps: [
    { note: 'Details: "Help", "Popular topics", short video.', text: 'You find the details under "Help", "Popular topics", together with a short video.' },
    { note: 'Customer number in the message: team finds the matching order at once.', text: 'Write your customer number in the message, and the team finds the matching order at once.' },
    { note: 'Urgent: chat in the lower right corner.', text: 'Use the chat in the lower right corner when something is urgent.' },
  ],
};

const TOPICS: readonly Topic[] = [DELIVERY, RETURNS, SIGN_IN, PAYMENTS, PLANS, REPAIRS, DEVICES, ANYTHING];

export function topicOf(question: string): Topic {
  return TOPICS.find(({ about }) => about.test(question)) ?? DELIVERY;
}
